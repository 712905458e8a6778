declare module "*?inline" {
  const style: string;
  export default style;
}
