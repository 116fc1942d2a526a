export function loader() {
  globalThis.release();
  return new Response('released');
}
