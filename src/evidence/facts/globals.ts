const words =
  'globalThis global process console Buffer require module exports __dirname __filename setTimeout setInterval setImmediate clearTimeout ' +
  'clearInterval clearImmediate queueMicrotask structuredClone fetch URL URLSearchParams TextEncoder TextDecoder AbortController ' +
  'AbortSignal Event EventTarget MessageChannel MessagePort MessageEvent performance crypto Crypto CryptoKey SubtleCrypto navigator ' +
  'WebAssembly WebSocket FormData Headers Request Response Blob File ReadableStream WritableStream TransformStream CompressionStream ' +
  'DecompressionStream BroadcastChannel atob btoa undefined NaN Infinity eval isFinite isNaN parseFloat parseInt decodeURI ' +
  'decodeURIComponent encodeURI encodeURIComponent escape unescape Object Function Boolean Symbol Error AggregateError EvalError ' +
  'RangeError ReferenceError SyntaxError TypeError URIError Number BigInt Math Date String RegExp Array Int8Array Uint8Array ' +
  'Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array Float64Array BigInt64Array BigUint64Array ' +
  'Map Set WeakMap WeakSet WeakRef ArrayBuffer SharedArrayBuffer DataView Atomics JSON Promise Reflect Proxy Intl Iterator ' +
  'FinalizationRegistry DOMException arguments gc define Deno Bun self window document localStorage sessionStorage location alert ' +
  'Storage CustomEvent Performance PerformanceObserver ByteLengthQueuingStrategy CountQueuingStrategy SuppressedError DisposableStack ' +
  'AsyncDisposableStack Temporal sails _ services strapi db rs use printjson ObjectId ISODate emit angular $ jQuery test describe it expect before after beforeEach afterEach chrome browser cube screen getComputedStyle FileReader requirejs requestAnimationFrame history MutationObserver IntersectionObserver ResizeObserver XMLHttpRequest Element HTMLElement Node ' +
  'hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf constructor'

/** Names that a Node.js program may use without declaring them. */
export const knownGlobals: ReadonlySet<string> = new Set(words.split(' '))
