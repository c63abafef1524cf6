import type { StackState } from "../lifecycle/stack";
import { type CloudFindings, type CloudRow, isSettled } from "./gc-aws";

/** A row for programs. */
export function cloudJson({ leftover: { thing, kind }, region, account, isDeleted, problem }: CloudRow): object {
    return {
        id: thing.id,
        name: thing.tags["Name"] ?? null,
        type: `aws:${thing.type}`,
        region,
        account,
        kind,
        deleted: isDeleted,
        ...(problem === undefined ? {} : { problem }),
    };
}

/** What is told to people of one place, line by line. */
export function cloudReport(
    { name }: StackState,
    { place: { region }, account }: CloudFindings,
    rows: readonly CloudRow[],
    told: boolean,
): readonly string[] {
    const where = `${name.project}/${name.stack} in ${region} (account ${account})`;
    const of = (kind: string): readonly CloudRow[] => rows.filter(({ leftover }) => leftover.kind === kind);
    const found = rows.filter(({ leftover: { kind } }) => kind === "unfinished" || kind === "unknown");
    return [
        ...(rows.length === 0 ? [`nothing is left of ${where} that its state does not know`] : []),
        ...(found.length === 0 || told ? [] : [`left of ${where}, and not in its state:`]),
        ...found.map((row) => `${outcome(row, told)}  ${describe(row)}`),
        ...(found.length === 0 || told ? [] : ["delete them with --yes"]),
        ...section(
            of("busy"),
            `being made just now in ${region}, or until its time is over, and left alone:`,
            describe,
        ),
        ...section(
            of("data"),
            `volumes of ${where} that its state does not know, kept with their data; go on with one in an aws.Volume, or delete it by hand:`,
            ({ leftover: { thing } }) =>
                `${thing.tags["Name"] ?? "-"}  adopt: { id: "${thing.id}" }  or  aws ec2 delete-volume --region ${region} --volume-id ${thing.id}`,
        ),
    ];
}

function section(rows: readonly CloudRow[], title: string, line: (row: CloudRow) => string): readonly string[] {
    return rows.length === 0 ? [] : [title, ...rows.map((row) => `    ${line(row)}`)];
}

function outcome(row: CloudRow, told: boolean): string {
    if (!told) {
        return "  ";
    }
    return isSettled(row) ? "deleted" : `kept (${row.problem ?? "in use now"})`;
}

const articles: Readonly<Record<string, string>> = { image: "an", import: "an", instance: "an" };

function describe({ leftover: { thing, kind } }: CloudRow): string {
    const what = `${articles[thing.type] ?? "a"} ${thing.type}, ${thing.state}`;
    const whatHappened = kind === "unknown" ? "made, and not in state" : "its creation was cut off";
    return [thing.id, thing.tags["Name"] ?? "-", kind === "busy" ? "" : whatHappened, what]
        .filter((part) => part !== "")
        .join("  ");
}
