export default function Keeping() {
  return <main><h1>Keeping</h1><a id="home" href="/">Home</a></main>;
}
