export const load = ({ setHeaders }) => setHeaders({ 'cache-control': 'public, s-maxage=600' });
