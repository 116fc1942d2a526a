/**
 * How many cases no host of a kind can be handed, and why. Exact: a case that is left out must not go unnoticed.
 * The contract's README says which cases these may be.
 */

const FETCH = {
  'a value that Headers refuses or trims': 22,
  'no host': 5,
  'a repeated field that Headers joins': 12,
  'a status that no Response can have': 11,
  'a method that Request refuses or rewrites': 13,
  'a path that URL rewrites': 26,
};

export const LEFT_OUT = {
  host: {},
  lambda: { 'a value that is no UTF-8': 41, 'viewer events are https': 77, 'a field that CloudFront lets no function change': 3 },
  fetch: FETCH,
  worker: FETCH,
};

export const LEFT_OUT_OF_SOCKETS = {
  'a method that the HTTP parser refuses': 11,
  'a path that is no request target': 23,
  'a status that ends no exchange': 8,
  'a value that HTTP refuses or trims': 25,
};
