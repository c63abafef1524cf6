import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openClients } from "../../providers/aws/client/clients";
import { imageCalls } from "../../providers/aws/client/image-calls";

/** Key that a request is signed with, and its parameters. */
const asked: { readonly key: string; readonly parameters: URLSearchParams }[] = [];
const before = { ...process.env };
let server: Server;
let endpoint: string;

const credentials = (role: string): string =>
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>` +
    `<AccessKeyId>KEY-OF-${role}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>` +
    `<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
const identity =
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
    `<Account>333333333333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

beforeAll(async () => {
    server = createServer((request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
            const parameters = new URLSearchParams(body);
            const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
            asked.push({ key, parameters });
            const role = parameters.get("RoleArn")?.split("/").at(-1);
            response.setHeader("content-type", "text/xml");
            response.end(role === undefined ? identity : credentials(role));
        });
    });
    await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
    });
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AMBIENT", AWS_SECRET_ACCESS_KEY: "s" });
});
afterAll(async () => {
    process.env = before;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
});

test("each role is assumed with the credentials of the one before, once", async () => {
    const role = (name: string): string => `arn:aws:iam::333333333333:role/${name}`;
    const assumeRoles = [
        { roleArn: role("first"), externalId: "x", durationSeconds: 900 },
        { roleArn: role("second"), sessionName: "deploy" },
    ];
    const calls = imageCalls(openClients({ endpoints: { sts: endpoint }, assumeRoles }, "eu-central-1"));
    expect(await calls.account()).toBe("333333333333");
    expect(await calls.account()).toBe("333333333333");
    expect(asked.map(({ key, parameters }) => [key, parameters.get("Action")])).toEqual([
        ["AMBIENT", "AssumeRole"],
        ["KEY-OF-first", "AssumeRole"],
        ["KEY-OF-second", "GetCallerIdentity"],
        ["KEY-OF-second", "GetCallerIdentity"],
    ]);
    expect(Object.fromEntries(asked[0]?.parameters ?? [])).toMatchObject({
        ExternalId: "x",
        DurationSeconds: "900",
        RoleSessionName: "pulumi-linuxkit",
    });
    expect(asked[1]?.parameters.get("RoleSessionName")).toBe("deploy");
});
