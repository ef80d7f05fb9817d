// Command echo is the bound of what the service can do: the router that it uses, which
// answers every request with the same bytes.
//
//	echo ADDRESS GET-BODY LIST-BODY
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/labstack/echo/v4"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: echo ADDRESS GET-BODY LIST-BODY")
	}
	one, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	many, err := os.ReadFile(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.GET("/readyz", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	e.GET("/v3/customers/:id", func(c echo.Context) error { return c.JSONBlob(http.StatusOK, one) })
	e.GET("/v3/customers", func(c echo.Context) error { return c.JSONBlob(http.StatusOK, many) })
	log.Fatal(e.Start(os.Args[1]))
}
