import { Suspense } from 'react';
import { Await } from 'react-router';

export const loader = () => ({ rest: new Promise((resolve) => { globalThis.release = () => resolve('second'); }) });

export default function Stream({ loaderData }) {
  return (
    <Suspense fallback={<p>first</p>}>
      <Await resolve={loaderData.rest}>{(rest) => <p>{rest}</p>}</Await>
    </Suspense>
  );
}
