export { resolveLoaders } from "./loaders";
export { formatOf, formatProblem, kernelProblem, requireFormat, requireSuited, requireWritable } from "./table";
export { digestOfRequest, type FormatRequest, writeFormat } from "./write";
