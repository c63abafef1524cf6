import { obtainPulumi } from "../../../tools/pulumi/obtain.ts";
import type { Way } from "../../../tools/pulumi/obtain.ts";
import { recordingReport } from "../../support/recorder";

const works = (name: string, announcement?: string): Way => ({
    name,
    ...(announcement === undefined ? {} : { announcement }),
    attempt: () => Promise.resolve({ directory: `/${name}`, version: "3.0.0", origin: `by ${name}` }),
});
const fails = (name: string, announcement?: string): Way => ({
    ...works(name, announcement),
    attempt: () => Promise.reject(new Error(`no ${name} here`)),
});

test("the first way that works is taken, and said in one line", async () => {
    const report = recordingReport();
    const never = { ...works("never"), attempt: jest.fn() };
    await expect(obtainPulumi([fails("path"), works("cache"), never], report)).resolves.toMatchObject({
        directory: "/cache",
    });
    expect(report.lines).toEqual(["Pulumi CLI 3.0.0: by cache"]);
    expect(never.attempt).not.toHaveBeenCalled();
});

test("a way that takes its time is announced, and its failure told at once", async () => {
    const report = recordingReport();
    await obtainPulumi([fails("path"), fails("download", "Downloading"), works("build", "Building")], report);
    expect(report.lines).toEqual([
        "Downloading",
        "download: no download here",
        "Building",
        "Pulumi CLI 3.0.0: by build",
    ]);
});

test("when none works, every reason is told", async () => {
    await expect(obtainPulumi([fails("path"), fails("build")], recordingReport())).rejects.toThrow(
        "No Pulumi CLI is to be had:\n    path: no path here\n    build: no build here",
    );
});
