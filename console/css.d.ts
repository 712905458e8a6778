/** Styles that a chunk brings along: the bundler puts them into a file of their own. */
declare module "*.css";
