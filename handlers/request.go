package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/models"
)

// ReferenceHeader carries the number that a person sees on an error page and the log repeats.
const ReferenceHeader = "X-Reference"

// RequestOf says where a request came from.
func RequestOf(c echo.Context) models.Request {
	agent := c.Request().UserAgent()
	if len(agent) > 300 {
		agent = agent[:300]
	}
	return models.Request{IP: c.RealIP(), UserAgent: agent, Reference: c.Response().Header().Get(ReferenceHeader)}
}
