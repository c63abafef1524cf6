import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** PEM files of an authority, and of a server of 127.0.0.1 that it signed. */
export interface MadeCertificates {
    readonly authority: string;
    readonly key: string;
    readonly cert: string;
    /** Paths of the same. */
    readonly files: { readonly authority: string; readonly key: string; readonly cert: string };
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** With the program openssl, for two days. */
export function makeCertificates(folder: string): MadeCertificates {
    const openssl = (...args: string[]) =>
        execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    openssl(
        "req",
        "-x509",
        ...KEY,
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "2",
        "-subj",
        "/CN=a test's authority",
    );
    openssl("req", ...KEY, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1");
    writeFileSync(path.join(folder, "san"), "subjectAltName=IP:127.0.0.1\n");
    const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "san"];
    openssl("x509", "-req", "-in", "server.csr", "-out", "server.pem", ...signed);
    const place = (name: string) => path.join(folder, name);
    const files = { authority: place("ca.pem"), key: place("server.key"), cert: place("server.pem") };
    const text = (file: string) => readFileSync(file, "utf8");
    return { authority: text(files.authority), key: text(files.key), cert: text(files.cert), files };
}
