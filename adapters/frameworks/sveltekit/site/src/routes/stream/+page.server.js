export const load = () => ({ rest: new Promise((resolve) => { globalThis.release = () => resolve('second'); }) });
