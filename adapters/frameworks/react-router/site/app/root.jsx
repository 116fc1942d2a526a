import { Links, Meta, Outlet, Scripts } from 'react-router';

import { visited } from './visitor.server.js';

export const middleware = [visited];

export default function Root() {
  return (
    <html lang="en">
      <head>
        <Meta />
        <Links />
      </head>
      <body>
        <Outlet />
        <Scripts />
      </body>
    </html>
  );
}
