// The engine, as text: a module that every host and every bundler can load.
const text =
  '{engine}';

export const engine = Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
