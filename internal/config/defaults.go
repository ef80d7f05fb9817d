package config

import (
	"time"

	"tenantry/keys"
)

// Default returns the settings of an installation that configures nothing: a sandbox on
// this machine alone.
func Default() *Config {
	return &Config{
		Mode:   Sandbox,
		Listen: "127.0.0.1:8080",
		Data:   "./data",
		Log:    Log{Level: "info", Format: "auto", Client: "off"},
		Metrics: Metrics{
			Listen: "127.0.0.1:9464",
		},
		Limits: Limits{
			BodyBytes:      1 << 20,
			RequestTimeout: 15 * time.Second,
			RatePerMinute:  3000,

			TenantRatePerMinute: 30_000,
			RequestsInFlight:    1024, TenantRequestsInFlight: 256,
			BytesInFlight: 32 << 20, TenantBytesInFlight: 8 << 20,
			Connections: 4096, AddressConnections: 256,
		},
		Shutdown: Shutdown{Delay: string(Auto)},
		Store: Store{
			SQLite: SQLite{CacheBytes: 32 << 20, SearchTimeout: 5 * time.Second},
			Mongo:  Mongo{Database: "tenantry", Timeout: 5 * time.Second, ListReads: Primary},
		},
		Keys: Keys{
			BcryptCost:               keys.DefaultCost,
			FailuresPerMinute:        30,
			AddressFailuresPerMinute: 60,
			Remembered:               100_000,
		},
		Users: Users{
			BcryptCost:             keys.DefaultPasswordCost,
			LoginsPerMinute:        20,
			AddressLoginsPerMinute: 120,
		},
		Tenancy: Tenancy{MaxDepth: 5},
		Payers:  Payers{Plan: "payer"},
		Seal:    Seal{KeyringInData: Auto},
		Identity: Identity{
			Provider: string(Auto),
			HTTP:     IdentityHTTP{Timeout: 5 * time.Second, BreakerFailures: 5, BreakerPause: 30 * time.Second},
		},
		Documents: Documents{ScannerTimeout: 10 * time.Second, ScannersAtOnce: 2},
		Webhooks:  Webhooks{AllowPrivate: Auto, AllowInsecure: Auto, AllowAnyPort: Auto, RetentionDays: 30},
		Dialects: Dialects{
			Straddle: Straddle{Plan: "payer"},
			Balanced: Balanced{Plan: "payer", TenantPlan: "platform", SignUp: Auto, AddressSignUpsPerMinute: 10, SignUpsPerMinute: 60},
			Dwolla:   Dwolla{Plan: "payer", Accept: AcceptStrict},
		},
	}
}
