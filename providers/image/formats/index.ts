export { resolveLoaders } from "./loaders";
export { formatOf, formatProblem } from "./table";
export { digestOfRequest, type FormatRequest, writeFormat } from "./write";
