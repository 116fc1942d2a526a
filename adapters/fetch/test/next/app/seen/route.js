/** What the application was told of the visitor. */
export const GET = (request) => Response.json([...request.headers].filter(([name]) => /^x.signal$/.test(name)));
