export { type CpioEntry, readCpio } from "./read";
export { entryMode, linkTarget, writeCpio } from "./write";
