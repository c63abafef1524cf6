import { consoleReport, runMain } from "../process/report.ts";
import { run } from "../process/run.ts";
import { buildPackage } from "../setup/package.ts";

await runMain(() => buildPackage(process.cwd(), { run, report: consoleReport }));
