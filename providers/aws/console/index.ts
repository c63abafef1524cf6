export { hostConsole } from "./host";
export { type ConsoleSource, printInstanceConsole } from "./print";
