package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// Lines of a log that is buffered are written in their order and whole: no later than a tenth
// of a second, at once from a warning up, and at the end. After the end nothing waits.
func TestTheLogIsWrittenInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		ctx, cancel := context.WithCancel(t.Context())
		b := bufferLog(ctx, &out)
		log := zerolog.New(b)
		written := func(when string, want ...string) {
			t.Helper()
			synctest.Wait()
			var all strings.Builder
			for _, one := range want {
				all.WriteString(`{"level":"` + one + "\"}\n")
			}
			if out.String() != all.String() {
				t.Fatalf("%s: %q is written, not %q", when, out.String(), all.String())
			}
			out.Reset()
		}
		log.Info().Send()
		written("at first")
		time.Sleep(longestUnwritten / 2)
		log.Info().Send()
		time.Sleep(longestUnwritten/2 - 1)
		written("before the time is over")
		time.Sleep(time.Nanosecond)
		written("as old as a line may be", "info", "info")
		time.Sleep(time.Hour)
		log.Debug().Send()
		time.Sleep(longestUnwritten)
		written("after a pause", "debug")

		for _, level := range []zerolog.Level{zerolog.WarnLevel, zerolog.ErrorLevel, zerolog.FatalLevel, zerolog.PanicLevel} {
			log.Info().Send()
			written("before what is worse")
			log.WithLevel(level).Send()
			written("at once", "info", level.String())
		}
		line := bytes.Repeat([]byte("x"), mostUnwritten)
		if n, err := b.Write(line); n != len(line) || err != nil || out.Len() != len(line) {
			t.Errorf("of a long line %d bytes are written: %v", out.Len(), err)
		}
		out.Reset()
		log.Info().Send()
		cancel()
		written("at the end", "info")
		log.Info().Send()
		written("after it", "info")
	})
}
