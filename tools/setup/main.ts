import { consoleReport, runMain } from "../process/report.ts";
import { setUp } from "./setup.ts";
import { TEST_PROGRAMS } from "./system.ts";

await runMain(async () => {
    await setUp(process.cwd(), TEST_PROGRAMS, consoleReport);
});
