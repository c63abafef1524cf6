import { prepareBotocore } from "../botocore/obtain.ts";
import { consoleReport, runMain } from "../process/report.ts";
import { run } from "../process/run.ts";
import { setUp } from "./setup.ts";
import { TEST_PROGRAMS } from "./system.ts";

await runMain(async () => {
    await setUp(process.cwd(), TEST_PROGRAMS, consoleReport);
    await prepareBotocore({ root: process.cwd(), env: process.env, run, report: consoleReport });
});
