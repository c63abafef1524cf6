export { resolveLoaders } from "./loaders";
export { formatOf, formatProblem, kernelProblem, requireSuited, requireWritable } from "./table";
export { digestOfRequest, type FormatRequest, writeFormat } from "./write";
