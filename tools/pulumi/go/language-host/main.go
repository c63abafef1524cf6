// Command language-host is a stand-in for pulumi-language-nodejs, which is not published as a Go module.
// The development tools build it where Pulumi's own download cannot be reached. It never ships in the npm package.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

const engineCheckInterval = time.Second

func main() {
	if err := serve(os.Args[len(os.Args)-1]); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-nodejs:", err)
		os.Exit(1)
	}
}

// serve answers the engine until it asks for an end, is gone, or a signal arrives.
func serve(engineAddress string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	host := &languageHost{engineAddress: engineAddress, running: ctx, stop: stop}
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
	})
	if err != nil {
		return err
	}
	if err := rpcutil.Healthcheck(ctx, engineAddress, engineCheckInterval, stop); err != nil {
		return fmt.Errorf("watching the engine at %s: %w", engineAddress, err)
	}

	fmt.Println(handle.Port)
	select {
	case err := <-handle.Done:
		return err
	case <-ctx.Done():
		close(cancel)
		return <-handle.Done
	}
}
