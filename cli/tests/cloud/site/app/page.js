import Link from 'next/link';

export default function Home() {
  return <main><h1>Home</h1><Link id="about" href="/about">About</Link> <a id="deep" href="/journal/keeping">Keeping</a></main>;
}
