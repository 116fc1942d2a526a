import React from 'react';
import { Link } from 'gatsby';

export default function Keeping() {
  return <main><h1>Keeping</h1><Link id="home" to="/">Home</Link></main>;
}
