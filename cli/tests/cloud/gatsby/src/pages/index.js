import React from 'react';
import { Link } from 'gatsby';

export default function Home() {
  return <main><h1>Home</h1><Link id="about" to="/about/">About</Link> <Link id="deep" to="/journal/keeping/">Keeping</Link></main>;
}
