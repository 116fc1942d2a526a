import React from 'react';

export default function Version() {
  return <main><h1>Version</h1></main>;
}
