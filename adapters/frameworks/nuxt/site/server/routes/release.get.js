export default defineEventHandler(() => {
  globalThis.release();
  return 'released';
});
