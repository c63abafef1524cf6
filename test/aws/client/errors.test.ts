import { explained } from "../../../providers/aws/client/errors";
import type { LinuxKitError } from "../../../sdk/assembly/error";

const failed = (code: string, message: string): Error =>
    Object.assign(new Error(message), { code, $metadata: { attempts: 3, totalRetryDelay: 100 } });

test.each([
    ["ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:4566"],
    ["ENOTFOUND", "getaddrinfo ENOTFOUND sts.eu-central-9.amazonaws.com"],
])("where nothing answers (%s) the error says where to look", (code, message) => {
    const error = explained(failed(code, message), "sts:GetCallerIdentity") as LinuxKitError;
    expect(error).toMatchObject({ code: "aws-error", fields: { code } });
    expect(error.message).toBe(
        `sts:GetCallerIdentity failed: ${code}: ${message}; nothing answers there: look at the network, at the region's name, and at aws:endpoints and AWS_ENDPOINT_URL where they are set`,
    );
});

test("a connection that was cut is no such", () => {
    const error = explained(failed("ECONNRESET", "socket hang up"), "ec2:RunInstances") as LinuxKitError;
    expect(error.message).toBe("ec2:RunInstances failed: Error: socket hang up");
});
