/** What a package registry says about one dependency, in words of ours. */
export type PackageAdvice = {
  name: string
  version: string
  kind: 'vulnerable' | 'deprecated' | 'outdated'
  text: string
  severity?: 'critical' | 'high' | 'medium' | 'low'
  url?: string
}
