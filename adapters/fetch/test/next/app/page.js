import { headers } from 'next/headers';

export default async function Page() {
  return <p>visitor {(await headers()).get('x-visitor-id')}.</p>;
}
