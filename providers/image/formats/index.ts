export { resolveLoaders } from "./loaders";
export { formatOf, formatProblem, kernelProblem, requireFormat, requireSuited, requireWritable } from "./table";
export { digestOfRequest, type FormatRequest, withDisk, writeFormat } from "./write";
