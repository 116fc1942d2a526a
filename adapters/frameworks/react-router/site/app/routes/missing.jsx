import { data } from 'react-router';

export function loader() {
  throw data('not found', { status: 404 });
}

export default () => null;
