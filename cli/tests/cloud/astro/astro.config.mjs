import { writeFileSync } from 'node:fs';

// The pages that Astro has made, by its own account.
const routes = {
  name: 'routes',
  hooks: {
    'astro:build:done': ({ pages }) => {
      writeFileSync('routes.json', JSON.stringify(pages.map(({ pathname }) => pathname)));
    },
  },
};

export default { build: { format: process.env.FORMAT }, integrations: [routes] };
