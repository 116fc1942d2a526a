import { data } from 'react-router';

import { visitor } from '../visitor.server.js';

export const loader = ({ context }) => data({ id: context.get(visitor).id }, { headers: { 'set-cookie': 'seen=1; Path=/; HttpOnly' } });

export default function Home({ loaderData }) {
  return <p>visitor {loaderData.id}.</p>;
}
