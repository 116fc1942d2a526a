export default defineEventHandler((event) => {
  setHeader(event, 'content-type', 'text/html');
  return new ReadableStream({ start: begin });
});

async function begin(controller) {
  const send = (text) => controller.enqueue(new TextEncoder().encode(text));
  send('<p>first');
  await new Promise((resolve) => { globalThis.release = resolve; });
  send('<p>second');
  controller.close();
}
