export const headers = () => ({ 'cache-control': 'public, s-maxage=600' });

export default function Cached() {
  return <p>cached</p>;
}
