# Cities of time zones. Others appear with the name that the time zone database gives them.
city-shanghai = Shanghai
city-hong-kong = Hong Kong
city-macau = Macau
city-taipei = Taipei
city-tokyo = Tokyo
city-seoul = Seoul
city-singapore = Singapore
city-kuala-lumpur = Kuala Lumpur
city-bangkok = Bangkok
city-jakarta = Jakarta
city-manila = Manila
city-ho-chi-minh = Ho Chi Minh City
city-kolkata = Kolkata
city-dubai = Dubai
city-riyadh = Riyadh
city-london = London
city-berlin = Berlin
city-paris = Paris
city-istanbul = Istanbul
city-new-york = New York
city-los-angeles = Los Angeles
city-sao-paulo = São Paulo
city-sydney = Sydney
# The time zone of a page. $city (Text) · $offset (Text)
zone-times-in = Times in { $city } ({ $offset })
