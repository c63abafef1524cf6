import type { Report } from "../../tools/process/report.ts";

/** A report that keeps its lines. */
export function recordingReport(): Report & { readonly lines: string[] } {
    const lines: string[] = [];
    return { lines, step: (message) => void lines.push(message), note: (message) => void lines.push(message) };
}
