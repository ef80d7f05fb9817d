// Command pocketbase is PocketBase with one command more, which fills it with a platform and
// its customers:
//
//	pocketbase fill CUSTOMERS --dir DIR
//	pocketbase serve --http ADDRESS --dir DIR
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
	"github.com/spf13/cobra"
)

// batch is how many customers are saved in one transaction.
const batch = 5000

// filled is what the command prints.
type filled struct {
	Token, Platform string
	Customers       []string
}

func main() {
	app := pocketbase.NewWithConfig(pocketbase.Config{HideStartBanner: true})
	app.RootCmd.AddCommand(&cobra.Command{
		Use:  "fill CUSTOMERS",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			n, err := strconv.Atoi(args[0])
			if err != nil {
				return err
			}
			made, err := fill(app, n)
			if err != nil {
				return err
			}
			return json.NewEncoder(os.Stdout).Encode(made)
		},
	})
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}

// fill makes the collections, a platform that may see what is its own, and its customers. The
// log of requests is off, as the service's is.
func fill(app core.App, n int) (*filled, error) {
	settings := app.Settings()
	settings.Logs.MaxDays = 0
	if err := app.Save(settings); err != nil {
		return nil, err
	}
	platforms := core.NewAuthCollection("platforms")
	platforms.AuthToken.Duration = 365 * 24 * 3600
	if err := app.Save(platforms); err != nil {
		return nil, err
	}
	collection := core.NewBaseCollection("customers")
	own := types.Pointer(`platform = @request.auth.id`)
	collection.ListRule, collection.ViewRule, collection.UpdateRule = own, own, own
	collection.CreateRule = types.Pointer(`@request.body.platform = @request.auth.id`)
	collection.Fields.Add(
		&core.RelationField{Name: "platform", CollectionId: platforms.Id, Required: true, MaxSelect: 1},
		&core.TextField{Name: "name", Required: true}, &core.EmailField{Name: "email"},
		&core.TextField{Name: "status"}, &core.TextField{Name: "planKey"}, &core.TextField{Name: "description"},
		&core.JSONField{Name: "address"}, &core.JSONField{Name: "contact"}, &core.JSONField{Name: "legalEntity"},
		&core.JSONField{Name: "settings"}, &core.JSONField{Name: "meta"},
		&core.AutodateField{Name: "created", OnCreate: true},
		&core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true},
	)
	for _, column := range []string{"status", "planKey", "email"} {
		collection.AddIndex("customers_"+column, false, "platform, "+column, "")
	}
	if err := app.Save(collection); err != nil {
		return nil, err
	}
	platform := core.NewRecord(platforms)
	platform.SetEmail("bench@example.com")
	platform.SetRandomPassword()
	if err := app.Save(platform); err != nil {
		return nil, err
	}
	token, err := platform.NewAuthToken()
	if err != nil {
		return nil, err
	}
	made := &filled{Token: token, Platform: platform.Id}
	for from := 0; from < n; from += batch {
		err := app.RunInTransaction(func(tx core.App) error {
			for i := from; i < min(from+batch, n); i++ {
				c := core.NewRecord(collection)
				c.Load(map[string]any{
					"platform": platform.Id, "name": fmt.Sprintf("Shop %d", i), "email": "bench@example.com", "status": "active", "planKey": "payer",
				})
				if err := tx.SaveNoValidate(c); err != nil {
					return err
				}
				made.Customers = append(made.Customers, c.Id)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return made, nil
}
