import { enableCompileCache } from 'node:module'

/** Worker threads take their compiled code from here, as they do in the program: most tests start one or two. */
enableCompileCache()
