/** Whether the process that holds a lease, named `host:pid:start`, is known to be gone; on another host nobody can know. */
export function isOwnerGone(owner: string, ours: string): boolean {
  const [host, pid, start] = owner.split(':')
  const [ourHost, ourPid, ourStart] = ours.split(':')
  if (host !== ourHost || start === ourStart) return false
  return pid === ourPid || !isAlive(Number(pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
