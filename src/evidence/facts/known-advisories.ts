import semver from 'semver'

type Severity = 'critical' | 'high' | 'medium' | 'low'
type KnownAdvisory = { name: string; range: string; severity: Severity; ghsa: string; what: string }

/** Package, affected versions, severity, and the id under which https://github.com/advisories has all of it. */
type Row = readonly [name: string, range: string, severity: Severity, ghsa: string, what: string]

/** Reviewed advisories, as published by November 2026, for packages that backends often hold on to. */
const rows: readonly Row[] = [
  ['@nestjs/core', '<9.0.5', 'medium', 'GHSA-4jpv-8r57-pv7j', 'information exposure when a stream is cancelled'],
  ['@nestjs/core', '<11.1.18', 'medium', 'GHSA-36xv-jgw5-4q75', 'injection into server-sent events'],
  ['@xmldom/xmldom', '<0.7.7 || >=0.8.0 <0.8.4', 'critical', 'GHSA-crh6-fp67-6883', 'accepts several root nodes'],
  ['adm-zip', '<0.4.11', 'medium', 'GHSA-3v6h-hqm4-2rg6', 'writes outside the target folder'],
  ['adm-zip', '<0.6.0', 'high', 'GHSA-xcpc-8h2w-3j85', 'memory exhaustion by a crafted archive'],
  ['axios', '>=1.3.2 <1.7.4', 'high', 'GHSA-8hc4-vh64-cxmj', 'server-side request forgery by relative addresses'],
  ['axios', '<0.31.0 || >=1.0.0 <1.15.0', 'medium', 'GHSA-fvcv-3m26-pcqx', 'header injection'],
  ['axios', '>=1.7.0 <1.16.0', 'high', 'GHSA-777c-7fjr-54vf', 'size limits not enforced by the fetch adapter'],
  ['body-parser', '<1.20.3', 'high', 'GHSA-qwcr-r2fm-qrc7', 'denial of service by URL-encoded bodies'],
  ['body-parser', '>=2.2.0 <2.2.1', 'medium', 'GHSA-wqch-xfxh-vrr4', 'denial of service by URL-encoded bodies'],
  ['dustjs-linkedin', '<3.0.0', 'high', 'GHSA-c6rp-wrp9-qr4q', 'prototype pollution'],
  ['ejs', '<2.5.5', 'critical', 'GHSA-3w5v-p54c-f74x', 'code execution through render options'],
  ['ejs', '<3.1.7', 'critical', 'GHSA-phwq-j96m-2c2q', 'code execution through template options'],
  ['ejs', '<3.1.10', 'medium', 'GHSA-ghr5-ch3p-vcr6', 'no protection against polluted prototypes'],
  ['ejs-locals', '*', 'critical', 'GHSA-3w5v-p54c-f74x', 'every version brings ejs 0.8, which runs code of its input'],
  ['express', '<3.11.0 || >=4.0.0 <4.5.0', 'medium', 'GHSA-gpvr-g6gh-9mc2', 'error pages without a charset'],
  ['express', '<4.19.2 || >=5.0.0-alpha.1 <5.0.0-beta.3', 'medium', 'GHSA-rv95-896h-c2vc', 'open redirect'],
  ['express-fileupload', '<1.1.9', 'critical', 'GHSA-9wcg-jrwf-8gg7', 'prototype pollution up to code execution'],
  ['express-jwt', '<6.0.0', 'high', 'GHSA-6g6m-m6h5-w9gf', 'authorization bypass where algorithms are not set'],
  ['fastify', '>=4.0.0 <4.8.1', 'high', 'GHSA-455w-c45v-86rg', 'a content type stops the process'],
  ['fastify', '>=3.0.0 <3.29.4 || >=4.0.0 <4.10.2', 'medium', 'GHSA-3fjj-p79j-c9hh', 'CSRF by a wrong content type'],
  ['fastify', '<5.7.2', 'high', 'GHSA-jx2c-rxcm-jvmq', 'validation can be passed by a content type'],
  ['handlebars', '<4.7.7', 'critical', 'GHSA-765h-qjxv-5f44', 'prototype pollution by templates'],
  ['handlebars', '>=4.0.0 <4.7.9', 'high', 'GHSA-xhpv-hc6g-r9c6', 'code injection by a dynamic partial'],
  ['hbs', '*', 'medium', 'GHSA-7f5c-rpf4-86p8', 'file disclosure through template options'],
  ['helmet-csp', '>=1.2.2 <2.9.1', 'medium', 'GHSA-c3m8-x3cg-qm2c', 'drops the default policy for one browser'],
  ['hoek', '<4.2.1 || >=5.0.0 <5.0.3', 'high', 'GHSA-jp4x-w63m-7wgm', 'prototype pollution'],
  ['ip', '*', 'high', 'GHSA-2p57-rm9w-gvfp', 'takes private addresses for public ones'],
  ['js-yaml', '<3.13.1', 'high', 'GHSA-8j8c-7jfh-h6hx', 'runs code in what it reads'],
  ['js-yaml', '>=3.0.0 <3.15.0 || >=4.0.0 <4.3.0', 'high', 'GHSA-52cp-r559-cp3m', 'quadratic time for merged keys'],
  ['jsonwebtoken', '<4.2.2', 'critical', 'GHSA-c7hr-j4mj-j2w6', 'verification can be passed'],
  ['jsonwebtoken', '<9.0.0', 'high', 'GHSA-8cf7-32gw-wr33', 'accepts insecure key types'],
  ['knex', '<0.19.5', 'critical', 'GHSA-58v4-qwx5-7f59', 'SQL injection by identifiers on SQL Server'],
  ['knex', '<2.4.0', 'high', 'GHSA-4jv9-3563-23j3', 'SQL injection by objects as values on MySQL'],
  [
    'koa',
    '<0.21.2 || >=1.0.0 <1.7.1 || >=2.0.0 <2.15.4',
    'critical',
    'GHSA-593f-38f6-jp5m',
    'slow patterns for forwarded headers',
  ],
  ['koa', '<2.16.4 || >=3.0.0 <3.1.2', 'high', 'GHSA-7gcc-r8m5-44qm', 'host header injection through ctx.hostname'],
  ['libxmljs', '*', 'critical', 'GHSA-mg49-jqgw-gcj6', 'type confusion on crafted documents'],
  ['libxmljs2', '*', 'critical', 'GHSA-mjr4-7xg5-pfvh', 'type confusion on crafted documents'],
  ['lodash', '<4.17.12', 'critical', 'GHSA-jf85-cpcp-j695', 'prototype pollution'],
  ['lodash', '<4.17.21', 'high', 'GHSA-35jh-r3h4-6jhm', 'command injection through templates'],
  ['lodash', '>=4.0.0 <4.18.0', 'high', 'GHSA-r5fr-rjxr-66jc', 'code injection through names imported by templates'],
  ['log4js', '<6.4.0', 'medium', 'GHSA-82v2-mx6x-wq7q', 'log files that every user of the machine can read'],
  ['marked', '<0.3.6', 'medium', 'GHSA-vfvf-mqq8-rwqc', 'the sanitizer can be passed'],
  ['marked', '<0.3.9', 'high', 'GHSA-x5pg-88wf-qq4p', 'slow patterns'],
  ['marked', '<4.0.10', 'high', 'GHSA-rrrm-qjm4-v8hf', 'slow patterns'],
  ['mathjs', '<3.17.0', 'critical', 'GHSA-pv8x-p9hq-j328', 'code execution'],
  ['mathjs', '<7.5.1', 'high', 'GHSA-x2fc-mxcx-w4mf', 'prototype pollution'],
  ['mathjs', '>=13.1.1 <15.2.0', 'high', 'GHSA-29qv-4j9f-fjw5', 'code execution through the expression parser'],
  ['md-to-pdf', '<5.0.0', 'critical', 'GHSA-x949-7cm6-fm6p', 'code execution through front matter'],
  ['md-to-pdf', '<5.2.5', 'critical', 'GHSA-547r-qmjm-8hvw', 'code execution through front matter'],
  ['minimist', '<0.2.4 || >=1.0.0 <1.2.6', 'critical', 'GHSA-xvch-5gv4-984h', 'prototype pollution'],
  ['moment', '<2.19.3', 'high', 'GHSA-446m-mv8f-q348', 'slow parsing'],
  ['moment', '<2.29.2', 'high', 'GHSA-8hfj-j24r-96c4', 'path traversal in locales'],
  ['moment', '>=2.18.0 <2.29.4', 'high', 'GHSA-wc69-rhjr-hc9g', 'slow parsing'],
  ['mongodb', '<3.1.13', 'high', 'GHSA-mh5c-679w-hh4r', 'an invalid collection name stops the process'],
  [
    'mongodb',
    '>=3.6.0 <3.6.10 || >=4.0.0 <4.17.0 || >=5.0.0 <5.8.0',
    'medium',
    'GHSA-vxvm-qww3-2fh7',
    'credentials in events for listeners',
  ],
  ['mongoose', '>=3.5.5 <3.8.39 || >=4.0.0 <4.3.6', 'medium', 'GHSA-r5xw-q988-826m', 'stores uninitialised memory'],
  ['mongoose', '<4.13.21 || >=5.0.0 <5.7.5', 'critical', 'GHSA-8687-vv9j-hgph', 'query filters can be ignored'],
  ['mongoose', '<5.13.15 || >=6.0.0 <6.4.6', 'critical', 'GHSA-h8hf-x3f4-xwgp', 'prototype pollution'],
  [
    'mongoose',
    '>=3.6.0 <5.13.23 || >=6.0.0 <6.13.5 || >=7.0.0 <7.8.3 || >=8.0.0 <8.8.3',
    'high',
    'GHSA-m7xq-9374-9rvx',
    'search injection through $where',
  ],
  [
    'mongoose',
    '<6.13.9 || >=7.0.0 <7.8.9 || >=8.0.0 <8.22.1 || >=9.0.0 <9.1.6',
    'high',
    'GHSA-wpg9-53fq-2r8h',
    'sanitizeFilter can be passed by $nor',
  ],
  ['multer', '<2.0.0', 'high', 'GHSA-44fp-w29j-9vj5', 'memory leaks by broken uploads'],
  ['multer', '>=1.4.4-lts.1 <2.0.1', 'high', 'GHSA-g5hg-p3ph-g8qg', 'a malformed request stops the process'],
  ['multer', '<2.1.1', 'high', 'GHSA-5528-5vmv-3xc2', 'a malformed request stops the process'],
  ['multer', '>=1.0.0 <2.2.0', 'high', 'GHSA-72gw-mp4g-v24j', 'deeply nested field names stop the process'],
  ['mysql2', '<3.9.4', 'critical', 'GHSA-fpw7-j2hg-69v5', 'code execution'],
  ['mysql2', '<3.9.7', 'critical', 'GHSA-4rch-2fh8-94vw', 'code injection through the timezone'],
  ['mysql2', '<3.9.8', 'high', 'GHSA-pmh2-wpjm-fj45', 'prototype pollution through nestTables'],
  ['mysql2', '<3.22.0', 'high', 'GHSA-3f6p-5ww8-9rcr', 'sends the password in the clear when a server asks for it'],
  ['node-fetch', '<2.6.7 || >=3.0.0 <3.1.1', 'high', 'GHSA-r683-j2x4-v87g', 'sends credentials on to other hosts'],
  ['node-serialize', '*', 'critical', 'GHSA-q4v7-4rhw-9hqm', 'runs code in what it reads (CVE-2017-5941)'],
  ['nodemailer', '<6.4.16', 'critical', 'GHSA-48ww-j4fc-435p', 'command flags injected through recipients'],
  ['nodemailer', '<6.9.9', 'medium', 'GHSA-9h6g-pr28-7cqp', 'slow patterns'],
  ['nodemailer', '<7.0.7', 'medium', 'GHSA-mm7p-fcc7-pg87', 'mail sent to an unintended domain'],
  ['nodemailer', '<9.0.1', 'high', 'GHSA-p6gq-j5cr-w38f', 'files and addresses read through the raw option'],
  ['npmconf', '<2.1.3', 'medium', 'GHSA-57cf-349j-352g', 'writes uninitialised memory'],
  ['nunjucks', '<2.4.3', 'medium', 'GHSA-f7ph-p5rv-phw2', 'escaping can be passed'],
  ['nunjucks', '<3.2.4', 'medium', 'GHSA-x77j-w7wf-fjmw', 'escaping can be passed'],
  ['passport', '<0.6.0', 'medium', 'GHSA-v923-w3x8-wh69', 'sessions are kept at login and logout'],
  ['passport-saml', '<3.2.2', 'high', 'GHSA-m974-647v-whv7', 'authentication can be passed'],
  ['passport-saml', '*', 'critical', 'GHSA-4mxg-3p6v-xgq3', 'assertions can be changed; use @node-saml/passport-saml'],
  ['pg-promise', '<11.5.5', 'medium', 'GHSA-ff9h-848c-4xfj', 'SQL injection by negative numbers (CVE-2025-29744)'],
  ['pug', '<3.0.1', 'medium', 'GHSA-p493-635q-r6gr', 'code execution through the pretty option'],
  ['pug', '<3.0.3', 'medium', 'GHSA-3965-hpx2-q597', 'code execution through the name option'],
  [
    'qs',
    '<6.2.4 || >=6.3.0 <6.3.3 || >=6.4.0 <6.4.1 || >=6.5.0 <6.5.3 || >=6.6.0 <6.6.1 || >=6.7.0 <6.7.3 || >=6.8.0 <6.8.3 || >=6.9.0 <6.9.7 || >=6.10.0 <6.10.3',
    'high',
    'GHSA-hrpp-h998-j3pp',
    'prototype pollution stops the process',
  ],
  ['qs', '<6.14.1', 'medium', 'GHSA-6rw7-vpxm-498p', 'limits of arrays can be passed'],
  ['sanitize-html', '<2.7.1', 'high', 'GHSA-cgfm-xwp7-2cvr', 'slow patterns'],
  ['sanitize-html', '<2.12.1', 'medium', 'GHSA-rm97-x556-q36h', 'files of the system can be enumerated'],
  ['sanitize-html', '>=1.18.0 <2.17.5', 'medium', 'GHSA-vccv-cmxp-4j9h', 'script addresses in some attributes'],
  ['sequelize', '<4.44.3 || >=5.0.0 <5.15.1', 'critical', 'GHSA-m9jw-237r-gvfv', 'SQL injection through JSON paths'],
  ['sequelize', '<6.19.1', 'critical', 'GHSA-wrh9-cjv3-2hpw', 'SQL injection through replacements'],
  ['sequelize', '<6.29.0', 'critical', 'GHSA-f598-mfpv-gmfx', 'attributes in parentheses reach the SQL as they are'],
  ['sequelize', '>=6.0.0 <6.37.8', 'high', 'GHSA-6457-6jrx-69cr', 'SQL injection through cast types'],
  ['serialize-to-js', '<1.0.0', 'critical', 'GHSA-mm62-wxc8-cf7m', 'runs code in what it reads (CVE-2017-5954)'],
  ['serialize-to-js', '<2.0.0', 'high', 'GHSA-w5q7-3pr9-x44w', 'endless loops'],
  ['shell-quote', '<1.6.1', 'critical', 'GHSA-qg8p-v9q4-gh34', 'command injection'],
  ['shell-quote', '>=1.1.0 <1.8.4', 'critical', 'GHSA-w7jw-789q-3m8p', 'command injection through operators'],
  ['socket.io', '<2.4.0', 'medium', 'GHSA-fxwf-4rqh-v8g3', 'allows every origin'],
  ['socket.io', '<2.5.1 || >=3.0.0 <4.6.2', 'medium', 'GHSA-25hc-qcg6-38wj', 'a crafted packet stops the process'],
  ['sqlite3', '>=5.0.0 <5.1.5', 'high', 'GHSA-jqv5-7xpx-qj74', 'code execution by crafted objects'],
  ['st', '<0.2.5', 'high', 'GHSA-69rr-wvh9-6c4q', 'reads outside its folder'],
  ['st', '<1.2.2', 'medium', 'GHSA-72fg-jqhx-c68p', 'open redirect'],
  ['superagent', '<3.7.0', 'medium', 'GHSA-8225-6cvr-8pqp', 'unpacks without a limit'],
  ['swig', '*', 'high', 'GHSA-2rq5-699j-x7p6', 'reads files through template paths'],
  ['swig-templates', '*', 'high', 'GHSA-2rq5-699j-x7p6', 'reads files through template paths'],
  [
    'tar',
    '<3.2.2 || >=4.0.0 <4.4.14 || >=5.0.0 <5.0.6 || >=6.0.0 <6.1.1',
    'high',
    'GHSA-3jfq-g458-7qm9',
    'writes outside its folder',
  ],
  ['tar', '<7.5.8', 'high', 'GHSA-83g3-92jg-28cx', 'hard links reach outside its folder'],
  ['tar', '<7.5.21', 'high', 'GHSA-r292-9mhp-454m', 'a crafted archive exhausts the stack'],
  ['typeorm', '<0.2.25', 'critical', 'GHSA-pf2j-9qmp-jqr2', 'prototype pollution'],
  ['typeorm', '<0.3.0', 'critical', 'GHSA-fx4w-v43j-vc45', 'SQL injection by objects given to findOne'],
  ['typeorm', '<0.3.26', 'high', 'GHSA-q2pj-6v73-8rgj', 'SQL injection by objects given to save or update'],
  ['underscore', '>=1.3.2 <1.12.1', 'critical', 'GHSA-cf4h-3jhx-xvhq', 'code execution in templates'],
  ['undici', '<5.8.2', 'medium', 'GHSA-f772-66g8-q5h3', 'header injection'],
  ['undici', '<6.24.0 || >=7.0.0 <7.24.0', 'high', 'GHSA-v9p9-hfj2-hcw8', 'a WebSocket server stops the process'],
  ['validator', '<3.22.1', 'high', 'GHSA-f5w6-r7rg-mcgq', 'slow patterns'],
  ['validator', '>=11.1.0 <13.7.0', 'medium', 'GHSA-xx4c-jj58-r7x6', 'slow patterns'],
  ['validator', '<13.15.20', 'medium', 'GHSA-9965-vmph-33xx', 'isURL takes addresses with another scheme'],
  ['validator', '<13.15.22', 'high', 'GHSA-vghf-hv5q-vc2g', 'isLength miscounts some characters'],
  ['vm2', '<3.9.4', 'critical', 'GHSA-rjf2-j2r6-q8gr', 'sandbox escape'],
  ['vm2', '<3.11.4', 'critical', 'GHSA-6j2x-vhqr-qr7q', 'sandbox escape'],
  ['ws', '<1.1.1', 'high', 'GHSA-6663-c963-2gqg', 'messages without a size limit'],
  [
    'ws',
    '>=2.1.0 <5.2.4 || >=6.0.0 <6.2.3 || >=7.0.0 <7.5.10 || >=8.0.0 <8.17.1',
    'high',
    'GHSA-3h5v-q93c-6h6q',
    'a request with many headers stops the process',
  ],
  [
    'ws',
    '>=1.1.0 <5.2.5 || >=6.0.0 <6.2.4 || >=7.0.0 <7.5.11 || >=8.0.0 <8.21.0',
    'high',
    'GHSA-96hv-2xvq-fx4p',
    'memory exhaustion by small fragments',
  ],
  ['xml2js', '<0.5.0', 'medium', 'GHSA-776f-qx25-q3cc', 'prototype pollution'],
  ['xmldom', '*', 'critical', 'GHSA-crh6-fp67-6883', 'accepts several root nodes; use @xmldom/xmldom'],
]

const order: readonly Severity[] = ['critical', 'high', 'medium', 'low']
const byName: ReadonlyMap<string, KnownAdvisory[]> = Map.groupBy(
  rows.map(([name, range, severity, ghsa, what]) => ({ name, range, severity, ghsa, what })),
  ({ name }) => name,
)

/** The advisories known when this version was made that are about a version of a package, the worst first. */
export function findKnownAdvisories(name: string, version: string): KnownAdvisory[] {
  const known = byName.get(name) ?? []
  return known
    .filter(({ range }) => semver.satisfies(version, range, { loose: true, includePrerelease: true }))
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
}

/** The lowest version above `version` that none of these advisories is about; undefined when one was never fixed. */
export function findFixedVersion(name: string, version: string): string | undefined {
  let candidate: string | undefined = version
  for (let known = findKnownAdvisories(name, version); known.length > 0 && candidate !== undefined;) {
    candidate = lastEnd(known, candidate)
    known = candidate === undefined ? [] : findKnownAdvisories(name, candidate)
  }
  return candidate
}

function lastEnd(advisories: readonly KnownAdvisory[], version: string): string | undefined {
  const ends = advisories.map(({ range }) => endOfRange(range, version))
  return ends.includes(undefined) ? undefined : semver.rsort(ends.filter((end) => end !== undefined))[0]
}

/** The open end of that part of a range which a version is in. */
function endOfRange(range: string, version: string): string | undefined {
  const part = range
    .split('||')
    .find((item) => semver.satisfies(version, item, { loose: true, includePrerelease: true }))
  return /<\s*(\S+)/.exec(part ?? '')?.[1]
}
