import React from 'react';
import { Link } from 'gatsby';

export default function About() {
  return <main><h1>About</h1><Link id="home" to="/">Home</Link></main>;
}
