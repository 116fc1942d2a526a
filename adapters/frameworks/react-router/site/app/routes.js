import { index, route } from '@react-router/dev/routes';

export default [
  index('routes/home.jsx'),
  route('account', 'routes/account.jsx'),
  route('about', 'routes/about.jsx'),
  route('cached', 'routes/cached.jsx'),
  route('stream', 'routes/stream.jsx'),
  route('login', 'routes/login.js'),
  route('release', 'routes/release.js'),
  route('*', 'routes/missing.jsx'),
];
